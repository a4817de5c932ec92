/**
 * Draws the figures of templates/partials/chart.html with Plotly.
 *
 * A figure says what is shown; how it looks is decided here, once: NHS colours, and beside every colour a pattern,
 * a dash or a marker, so that series can be told apart without colour. `layout.meta.palette = "ages"` gives the six
 * age bands (0-4 ... 15+, not known) their fixed colours, for charts whose series are the bands in that order.
 */
window.ImagingCharts = (function () {
  'use strict'

  const palettes = {
    series: ['#005eb8', '#7c2855', '#007f3b', '#330072', '#b35900', '#4c6272', '#d5281b', '#00706a'],
    ages: ['#7fb2e5', '#3d85c6', '#005eb8', '#330072', '#d5281b', '#768692']
  }
  const patterns = ['', '/', '.', 'x', '\\', '-', '+', '|']
  const dashes = ['solid', 'dash', 'dot', 'dashdot', 'longdash', 'longdashdot']
  const symbols = ['circle', 'square', 'diamond', 'cross', 'triangle-up', 'x', 'star', 'triangle-down']

  const config = {
    displaylogo: false,
    displayModeBar: false,
    plotlyServerURL: '',
    responsive: true,
    scrollZoom: false,
    showSendToCloud: false
  }

  function styled(trace, index, palette) {
    const colour = palette[index % palette.length]
    const marker = trace.marker || {}
    if (trace.type === 'bar' || trace.type === 'histogram') {
      trace.marker = {
        color: colour,
        line: { color: '#ffffff', width: 1 },
        ...marker,
        pattern: {
          shape: patterns[index % patterns.length],
          fillmode: 'overlay',
          fgcolor: '#ffffff',
          fgopacity: 1,
          size: 8,
          solidity: 0.2,
          ...marker.pattern
        }
      }
    } else {
      trace.line = { color: colour, width: 3, dash: dashes[index % dashes.length], ...trace.line }
      trace.marker = { color: colour, size: 9, symbol: symbols[index % symbols.length], ...marker }
    }
    return trace
  }

  function axis(given) {
    return {
      ...given,
      automargin: true,
      gridcolor: '#d8dde0',
      linecolor: '#4c6272',
      tickcolor: '#4c6272',
      title: { font: { size: 15 }, ...(typeof given?.title === 'string' ? { text: given.title } : given?.title) },
      zerolinecolor: '#4c6272',
      fixedrange: true
    }
  }

  function layoutFor(given, lying) {
    const layout = {
      font: { family: 'Arial, sans-serif', size: 15, color: '#212b32' },
      paper_bgcolor: '#ffffff',
      plot_bgcolor: '#ffffff',
      margin: { t: 16, r: 16, b: 16, l: 16 },
      dragmode: false,
      hoverlabel: { font: { size: 15 } },
      ...given,
      // Above the drawing, where it cannot overlap labels however narrow the page.
      legend: { orientation: 'h', x: 0, xanchor: 'left', y: 1.02, yanchor: 'bottom', traceorder: 'normal', ...given.legend }
    }
    delete layout.template
    delete layout.title
    const axes = Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key))
    new Set([...axes, 'xaxis', 'yaxis']).forEach(function (key) {
      layout[key] = axis(layout[key])
    })
    // Lying bars are read from the top, like the table beneath them; Plotly stacks categories from the bottom.
    if (lying) layout.yaxis = { autorange: 'reversed', ...layout.yaxis }
    return layout
  }

  function draw(plot) {
    const source = plot.parentElement.querySelector('script[type="application/json"]')
    if (!source || plot.dataset.drawn) return
    plot.dataset.drawn = 'true'
    const figure = JSON.parse(source.textContent)
    const given = figure.layout || {}
    const palette = palettes[given.meta?.palette] || palettes.series
    // The same series in several panels is one legendgroup, and looks the same in each.
    const groups = [...new Set(figure.data.map((trace, index) => trace.legendgroup || 'trace ' + index))]
    const data = figure.data.map((trace, index) =>
      styled(trace, groups.indexOf(trace.legendgroup || 'trace ' + index), palette)
    )
    const lying = data.some((trace) => trace.orientation === 'h')
    window.Plotly.newPlot(plot, data, layoutFor(given, lying), config)
  }

  return {
    drawAll: function (scope) {
      scope.querySelectorAll('[data-chart]').forEach(draw)
    }
  }
})()
