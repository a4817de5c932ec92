/**
 * Watching the planner: a <details> that its reader has opened stays open when htmx brings the page's middle anew.
 */
(function () {
  'use strict'

  const opened = new Set()

  document.addEventListener('htmx:beforeSwap', function () {
    opened.clear()
    document.querySelectorAll('details[id][open]').forEach((details) => opened.add(details.id))
  })
  document.addEventListener('htmx:afterSwap', function () {
    opened.forEach(function (id) {
      const details = document.getElementById(id)
      if (details instanceof HTMLDetailsElement) details.open = true
    })
  })
})()
