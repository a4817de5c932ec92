/**
 * The plan board by keyboard and mouse. Without this script it is a table of links, and the panel a page of its own.
 *
 * One machine or empty year is in the tab order at a time; arrows go on from there. The panel follows the machine in
 * hand. Moving and pinning fill in the panel's form, whose reason is asked for there: nothing is saved unseen.
 */
(function () {
  'use strict'

  const place = document.querySelector('[data-board]')
  const panel = document.querySelector('[data-board-panel]')
  const table = place?.querySelector('[data-grid]')
  if (!table || !panel) return

  const mayEdit = place.hasAttribute('data-may-edit')
  const rows = Array.from(table.tBodies[0].rows)
  const FOLLOW_AFTER_MS = 200
  const SHIFTS = { ArrowLeft: -1, ArrowRight: 1 }

  function cellsOf(row) {
    return Array.from(row.cells).filter((cell) => cell.hasAttribute('data-decision'))
  }

  /** What of a cell can be in hand: its machines, or the cell itself where it has none. */
  function stopsOf(cell) {
    const chips = Array.from(cell.querySelectorAll('[data-machine]'))
    return chips.length ? chips : [cell]
  }

  function where(stop) {
    const cell = stop.closest('td')
    const row = rows.indexOf(cell.parentElement)
    return { row: row, column: cellsOf(rows[row]).indexOf(cell), stop: stopsOf(cell).indexOf(stop) }
  }

  let inHand = null

  function take(stop, focus) {
    if (inHand) inHand.tabIndex = -1
    inHand = stop
    stop.tabIndex = 0
    if (focus) stop.focus()
  }

  function go(row, column, stop) {
    const cell = rows[row] && cellsOf(rows[row])[column]
    if (!cell) return
    const stops = stopsOf(cell)
    take(stops[Math.max(0, Math.min(stop, stops.length - 1))], true)
  }

  function upOrDown(at, step) {
    const inCell = stopsOf(cellsOf(rows[at.row])[at.column])
    if (inCell[at.stop + step]) take(inCell[at.stop + step], true)
    else go(at.row + step, at.column, step > 0 ? 0 : Number.MAX_SAFE_INTEGER)
  }

  let asked = null
  let shown = ''

  function addressOf(machine, decision) {
    const query = new URLSearchParams(window.location.search)
    query.set('machine', machine)
    if (decision) query.set('decision', decision)
    else query.delete('decision')
    return window.location.pathname + '?' + query
  }

  /** Bring the panel of a machine; `then` once it is there. */
  function explain(machine, decision, then) {
    const address = addressOf(machine, decision)
    if (address === shown) {
      if (then) then()
      return
    }
    asked?.abort()
    asked = new AbortController()
    panel.setAttribute('aria-busy', 'true')
    fetch(address, { headers: { 'HX-Request': 'true' }, signal: asked.signal, credentials: 'same-origin' })
      .then(function (response) {
        if (!response.ok) throw new Error('The board answered ' + response.status)
        return response.text()
      })
      .then(function (text) {
        panel.innerHTML = text
        panel.removeAttribute('aria-busy')
        panel.scrollTop = 0
        shown = address
        window.NHSUKFrontend.initAll({ scope: panel })
        choose(machine)
        if (then) then()
      })
      .catch(function (error) {
        if (error.name === 'AbortError') return
        // Whatever went wrong, the page of its own says it in full.
        window.location.assign(address + '#panel')
      })
  }

  function choose(machine) {
    table.querySelectorAll('[aria-current]').forEach(function (chip) {
      chip.removeAttribute('aria-current')
      chip.classList.remove('app-board__chip--chosen')
    })
    table.querySelectorAll('[data-machine="' + machine + '"]').forEach(function (chip) {
      chip.setAttribute('aria-current', 'true')
      chip.classList.add('app-board__chip--chosen')
    })
  }

  function read(chip) {
    explain(chip.dataset.machine, '', () => document.getElementById('panel-heading').focus())
  }

  /** Fill in the form for a decision and ask for the reason. */
  function offer(chip, decision) {
    if (!mayEdit) return
    explain(chip.dataset.machine, decision, function () {
      const reason = panel.querySelector('[data-board-pin] [name=reason]')
      const choice = panel.querySelector('[data-board-pin] [name=decision]')
      const field = decision ? reason : choice
      if (!field) return
      field.focus()
      if (field === reason) field.select()
    })
  }

  /** What the form calls putting a machine into a column: "2029", "keep", "upgrade-2029". */
  function wordFor(chip, cell) {
    const column = cell.dataset.decision
    const role = chip.dataset.role
    return column !== 'keep' && (role === 'upgrade' || role === 'retire') ? role + '-' + column : column
  }

  function shift(chip, step) {
    const cells = cellsOf(chip.closest('tr'))
    const target = cells[cells.indexOf(chip.closest('td')) + step]
    if (target) offer(chip, wordFor(chip, target))
  }

  const onChip = {
    p: (chip) => offer(chip, wordFor(chip, chip.closest('td'))),
    u: (chip) => offer(chip, 'free'),
    m: (chip) => offer(chip, ''),
    Enter: read
  }

  table.addEventListener('keydown', function (event) {
    const stop = event.target.closest('[data-machine], td[data-decision]')
    if (!stop || event.metaKey) return
    const at = where(stop)
    const chip = stop.hasAttribute('data-machine') ? stop : null
    const last = cellsOf(rows[at.row]).length - 1
    const moves = {
      ArrowLeft: () => go(at.row, at.column - 1, at.stop),
      ArrowRight: () => go(at.row, at.column + 1, at.stop),
      ArrowUp: () => upOrDown(at, -1),
      ArrowDown: () => upOrDown(at, 1),
      Home: () => go(event.ctrlKey ? 0 : at.row, 0, 0),
      End: () => go(event.ctrlKey ? rows.length - 1 : at.row, last, 0),
      PageUp: () => go(Math.max(0, at.row - 1), at.column, 0),
      PageDown: () => go(Math.min(rows.length - 1, at.row + 1), at.column, 0)
    }
    let act = null
    if (event.altKey) act = chip && mayEdit && event.key in SHIFTS && (() => shift(chip, SHIFTS[event.key]))
    else if (event.key in moves) act = moves[event.key]
    else if (!event.ctrlKey && chip) act = onChip[event.key] && (() => onChip[event.key](chip))
    if (!act) return
    event.preventDefault()
    act()
  })

  let following = 0
  table.addEventListener('focusin', function (event) {
    const stop = event.target.closest('[data-machine], td[data-decision]')
    if (!stop) return
    take(stop, false)
    window.clearTimeout(following)
    if (!stop.dataset.machine) return
    following = window.setTimeout(() => document.activeElement === stop && explain(stop.dataset.machine), FOLLOW_AFTER_MS)
  })

  table.addEventListener('click', function (event) {
    const chip = event.target.closest('[data-machine]')
    if (!chip || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    window.clearTimeout(following)
    chip.focus()
    explain(chip.dataset.machine, '', function () {
      // Below the board, where there is no room beside it, the panel must come into sight.
      if (panel.getBoundingClientRect().top > window.innerHeight - 80) panel.scrollIntoView()
    })
  })

  panel.addEventListener('keydown', function (event) {
    if (event.key === 'Escape' && inHand) inHand.focus()
  })
  panel.addEventListener('click', function (event) {
    if (!event.target.closest('[data-board-back]') || !inHand) return
    event.preventDefault()
    inHand.focus()
  })

  let dragged = null
  function mark(row, how) {
    cellsOf(row).forEach(function (cell) {
      if (how) cell.dataset.drop = how
      else delete cell.dataset.drop
    })
  }
  function target(event) {
    const cell = event.target.closest?.('td[data-decision]')
    return dragged && cell && cell.parentElement === dragged.closest('tr') ? cell : null
  }
  if (mayEdit) {
    table.addEventListener('dragstart', function (event) {
      dragged = event.target.closest?.('[data-machine]') || null
      if (!dragged) return
      window.clearTimeout(following)
      event.dataTransfer.effectAllowed = 'move'
      event.dataTransfer.setData('text/plain', dragged.textContent.trim())
      mark(dragged.closest('tr'), 'open')
    })
    table.addEventListener('dragover', function (event) {
      const cell = target(event)
      if (!cell) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'move'
      if (cell.dataset.drop === 'over') return
      mark(cell.parentElement, 'open')
      cell.dataset.drop = 'over'
    })
    table.addEventListener('drop', function (event) {
      const cell = target(event)
      if (!cell) return
      event.preventDefault()
      const chip = dragged
      take(chip, false)
      if (cell !== chip.closest('td')) offer(chip, wordFor(chip, cell))
    })
    table.addEventListener('dragend', function () {
      if (dragged) mark(dragged.closest('tr'), '')
      dragged = null
    })
  }

  table.setAttribute('role', 'grid')
  table.querySelectorAll('[data-machine]').forEach(function (chip) {
    chip.tabIndex = -1
    chip.draggable = mayEdit
  })
  rows.forEach((row) =>
    cellsOf(row).forEach(function (cell) {
      if (!cell.querySelector('[data-machine]')) cell.tabIndex = -1
    })
  )
  const keys = document.querySelector('[data-board-keys]')
  if (keys) keys.hidden = false

  const named = window.location.hash.startsWith('#chip-') && document.getElementById(window.location.hash.slice(1))
  const chosen = table.querySelector('[aria-current]')
  const offered = new URLSearchParams(window.location.search).get('decision')
  if (chosen) shown = addressOf(chosen.dataset.machine, offered)
  take(named || chosen || table.querySelector('[data-machine]') || cellsOf(rows[0] || table.tHead.rows[0])[0] || table, false)
  if (named) named.focus({ preventScroll: false })
})()
