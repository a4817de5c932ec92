// Tells the style sheet that components may be enhanced. Runs before the page is drawn, so nothing jumps.
document.body.classList.add('js-enabled', 'nhsuk-frontend-supported')
