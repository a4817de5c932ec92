from networks.models.appointment import Appointment
from networks.models.event import Event
from networks.models.organisation import Link, Organisation
from networks.models.population import Population
from networks.models.run import Run
from networks.models.user import User

__all__ = ["Appointment", "Event", "Link", "Organisation", "Population", "Run", "User"]
