from rest_framework.routers import SimpleRouter

from assets.api.assets import AssetViewSet

router = SimpleRouter()
router.register("assets", AssetViewSet, basename="api-asset")

urlpatterns = router.urls
