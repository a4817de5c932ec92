/**
 * Small improvements over pages that already work without them. Runs once the page is parsed (defer).
 *
 *   [data-chart]             drawn by charts.js, fetched with Plotly only where a page has a chart
 *   select[data-autocomplete] typed into instead of scrolled, fetched only where a page has one
 *   [data-announce]          said aloud when htmx brings a new text
 *   [data-open-when-wide]    a <details> that is closed on narrow screens
 *   [data-select-all]        a box that ticks every box named by it, with a running count in [data-selected-count]
 *   [data-print]             a button that prints, hidden until it can
 */
(function () {
  'use strict'

  const sources = document.currentScript.dataset

  function load(url) {
    return new Promise(function (resolve, reject) {
      const script = document.createElement('script')
      script.src = url
      script.onload = resolve
      script.onerror = function () {
        reject(new Error('Could not load ' + url))
      }
      document.head.append(script)
    })
  }

  const loaded = {}
  function loadOnce(name, urls) {
    loaded[name] ??= urls.reduce(function (before, url) {
      return before.then(function () {
        return load(url)
      })
    }, Promise.resolve())
    return loaded[name]
  }

  function drawCharts(scope) {
    if (!scope.querySelector('[data-chart]')) return
    loadOnce('charts', [sources.plotly, sources.charts]).then(function () {
      window.ImagingCharts.drawAll(scope)
    })
  }

  function addAutocomplete(scope) {
    const selects = scope.querySelectorAll('select[data-autocomplete]:not([data-enhanced])')
    if (!selects.length) return
    const styles = document.createElement('link')
    styles.rel = 'stylesheet'
    styles.href = sources.autocompleteStyles
    document.head.append(styles)
    loadOnce('autocomplete', [sources.autocomplete]).then(function () {
      selects.forEach(function (select) {
        select.dataset.enhanced = 'true'
        window.accessibleAutocomplete.enhanceSelectElement({
          selectElement: select,
          autoselect: false,
          confirmOnBlur: false,
          defaultValue: select.value ? undefined : '',
          showAllValues: true
        })
      })
    })
  }

  function closeWhenNarrow(scope) {
    if (!window.matchMedia('(max-width: 48.0525rem)').matches) return
    scope.querySelectorAll('details[data-open-when-wide]').forEach(function (details) {
      if (!details.querySelector('.nhsuk-error-message')) details.open = false
    })
  }

  function selectAll(scope) {
    scope.querySelectorAll('input[data-select-all]').forEach(function (all) {
      const form = all.form || document
      const boxes = Array.from(form.querySelectorAll(`input[type=checkbox][name="${all.dataset.selectAll}"]`))
      const count = document.querySelector('[data-selected-count]')
      function show() {
        const ticked = boxes.filter((box) => box.checked).length
        all.checked = ticked > 0 && ticked === boxes.length
        all.indeterminate = ticked > 0 && ticked < boxes.length
        if (count) count.textContent = ticked + ' selected'
      }
      all.addEventListener('change', function () {
        boxes.forEach(function (box) {
          box.checked = all.checked
        })
        show()
      })
      boxes.forEach((box) => box.addEventListener('change', show))
      show()
    })
  }

  function announce(scope) {
    const element = scope.matches?.('[data-announce]') ? scope : scope.querySelector?.('[data-announce]')
    const announcer = document.getElementById('announcer')
    if (element && announcer && announcer.textContent !== element.dataset.announce) {
      announcer.textContent = element.dataset.announce
    }
  }

  function enhance(scope) {
    drawCharts(scope)
    addAutocomplete(scope)
    closeWhenNarrow(scope)
    selectAll(scope)
  }

  window.NHSUKFrontend.initAll()
  enhance(document)
  document.querySelectorAll('[data-print]').forEach(function (button) {
    button.hidden = false
    button.addEventListener('click', () => window.print())
  })
  document.addEventListener('htmx:afterSettle', function (event) {
    const scope = event.detail.elt
    if (!(scope instanceof Element) || scope === document.body) return
    window.NHSUKFrontend.initAll({ scope: scope })
    enhance(scope)
    announce(scope)
  })
})()
