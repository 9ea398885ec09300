# SPDX-License-Identifier: BSD-2-Clause
"""Pictures of what was measured: build/bench/index.html, and the plots that it shows.

Plots are made by gnuplot; without it, there are none, and the page says so.
"""

import html
import shutil
import subprocess

import table

STYLE = ("body{font:15px sans-serif;max-width:70em;margin:2em auto;padding:0 1em}"
         "table{border-collapse:collapse}td,th{padding:.2em .7em;text-align:right;"
         "border-bottom:1px solid #ddd}td:first-child,td:last-child{text-align:left}"
         "img{max-width:100%}")
COLOURS = {"LionsOS": "#1f6fb4", "Linux": "#c8501e"}
HEAD = ('set terminal svg size 760,420 font "sans,13" background "white"\n'
        "set key outside below\nset grid ytics lc rgb '#dddddd'\nset border 3\n"
        "set tics nomirror\n")
# File, title, label of the axis, columns of a point with what they are called.
LINES = [
    ("throughput", "Achieved load", "packets a second", {"achieved": ""}),
    ("cpu", "Processor", "million instructions a second", {"minsns": ""}),
    ("busy", "Processor not halted (by the clock outside)", "% busy", {"busy": ""}),
    ("cost", "Instructions per byte", "instructions per byte", {"insns_per_byte": ""}),
    ("latency", "Latency", "microseconds", {"p50_us": "median", "p99_us": "p99"}),
]


def gnuplot(path, script):
    """Makes one plot; False if that cannot be."""
    if shutil.which("gnuplot") is None:
        return False
    subprocess.run(["gnuplot"], input=f"{HEAD}set output '{path}'\n{script}", text=True,
                   check=True, capture_output=True)
    return True


def bars(path, figures):
    """Every row that has a figure of Linux: ours as a part of it."""
    rows = [(r.name, figures[r.name], figures[r.linux]) for r in table.ROWS
            if figures.get(r.name) and figures.get(r.linux)]
    if not rows:
        return False
    data = "".join(f'"{name.replace("_", " ")}" {100 * ours / linux}\n'
                   for name, ours, linux in rows)
    return gnuplot(path, f"""$rows << END
{data}END
set title "LionsOS, in per cent of Linux"
set style fill solid
set boxwidth 0.7
set logscale y
set xtics rotate by -50 font ",10"
set bmargin 12
unset key
set ylabel "% (logarithmic)"
plot $rows using 0:2:xtic(1) with boxes lc rgb '{COLOURS["LionsOS"]}', \\
     $rows using 0:2:(sprintf("%.3g", $2)) with labels offset 0,0.7 font ",10", \\
     100 with lines lc rgb '{COLOURS["Linux"]}' dt 2
""")


def lines(path, sweep, size, title, label, columns):
    """One quantity over offered load, a line a system."""
    script, plots = "", []
    for system, colour in COLOURS.items():
        for number, (column, name) in enumerate(columns.items()):
            block = f"${system}{number}"
            data = "".join(f"{p['offered']} {p[column]}\n" for p in sweep[f"{system} {size}"])
            script += f"{block} << END\n{data}END\n"
            plots.append(f"{block} with linespoints lw 2 pt 7 ps 0.5 dt {number + 1} "
                         f"lc rgb '{colour}' title '{system} {name}'")
    logarithmic = "set logscale y\n" if "p50_us" in columns else "set yrange [0:*]\n"
    return gnuplot(path, f"{script}set title '{title}, UDP echo of {size} bytes'\n{logarithmic}"
                   f"set logscale x\nset xlabel 'offered packets a second'\n"
                   f"set ylabel '{label}'\nplot {', '.join(plots)}\n")


def clients(path, figures):
    """Instructions of a packet over the number of clients that share the load."""
    found = [(row.name[len("net.udp64_clients"):-len("_insns")], figures[row.name])
             for row in table.ROWS if table.ONLY_FULL.match(row.name) and row.name in figures]
    if not found:
        return False
    data = "".join(f"{number} {insns}\n" for number, insns in found)
    return gnuplot(path, f"""$rows << END
{data}END
set title "UDP echo of 64 bytes, 32 outstanding in all"
set xlabel "clients"
set ylabel "instructions a packet"
set xtics ({", ".join(number for number, _ in found)})
set yrange [0:*]
plot $rows with linespoints lw 2 pt 7 lc rgb '{COLOURS["LionsOS"]}' title 'LionsOS'
""")


def stock_table(figures):
    """What there is beside Debian's own kernel, as HTML."""
    body = "".join(
        f"<tr><td>{row.name}</td><td>{table.number(figures.get(row.name))}</td>"
        f"<td>{table.number(figures[row.stock])}</td>"
        f"<td>{table.ratio(figures.get(row.name), figures[row.stock])}</td></tr>\n"
        for row in table.ROWS if figures.get(row.stock) is not None)
    return body and ("<table><tr><th></th><th>LionsOS</th><th>Debian's kernel</th><th>of it</th>"
                     f"</tr>\n{body}</table>\n")


def page_table(figures):
    """The rows, as HTML."""
    body = ""
    for row in table.ROWS:
        value, linux = figures.get(row.name), figures.get(row.linux)
        if value is None and linux is None:
            continue
        cells = [row.name, table.number(value), table.number(row.goal), table.number(row.sel4),
                 table.ratio(value, row.sel4), table.number(linux), table.ratio(value, linux),
                 "; ".join(table.notes(row, figures, {}, lambda *_: False))]
        body += "<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in cells) + "</tr>\n"
    heads = ("", "LionsOS", "goal", "seL4", "of it", "Linux", "of it", "")
    return ("<table><tr>" + "".join(f"<th>{h}</th>" for h in heads) + f"</tr>\n{body}</table>\n")


def write(folder, figures, sweep):
    """Writes index.html and plots; sweep: what sweep.py has found, or None."""
    folder.mkdir(parents=True, exist_ok=True)
    images = ["ratios"] if bars(folder / "ratios.svg", figures) else []
    images += ["clients"] if clients(folder / "clients.svg", figures) else []
    for size in sorted({key.split()[1] for key in sweep or {}}, key=int):
        images += [f"{name}{size}" for name, *rest in LINES
                   if lines(folder / f"{name}{size}.svg", sweep, size, *rest)]
    plots = "".join(f'<p><img src="{name}.svg" alt="{name}"></p>\n' for name in images)
    path = folder / "index.html"
    path.write_text(
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>LionsOS, measured</title>'
        f"<style>{STYLE}</style>\n<h1>LionsOS beside Linux</h1>\n"
        "<p>One emulated board, one load generator, one run. <code>_insns</code>: instructions "
        "that the guest executed, less is better; <code>_pps</code>, <code>_share</code>, "
        "<code>_of_linux</code>: more is better. docs/performance.md says how it is measured, and "
        f"what such figures do not show.</p>\n{page_table(figures)}"
        f"{stock_table(figures)}"
        f"{plots or '<p>No plots: there is no gnuplot.</p>'}")
    return path
