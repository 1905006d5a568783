package org.rde4j.radiomap.scene

import kotlin.random.Random
import org.rde4j.Tensor

/** A city drawn as lines of text: `#` inside buildings. */
fun city(vararg lines: String): Tensor =
    map(lines.size, lines[0].length) { row, column -> lines[row][column] == '#' }

/** A map that is 1 where a rule says so. */
fun map(rows: Int, columns: Int, rule: (Int, Int) -> Boolean): Tensor =
    Tensor.of(
        FloatArray(rows * columns) { if (rule(it / columns, it % columns)) 1f else 0f },
        rows,
        columns,
    )

/** A map as lines of text, 1 as `#`. */
fun drawn(map: Tensor): List<String> =
    map.values().toList().chunked(map.shape()[1]).map { row ->
        row.joinToString("") { if (it != 0f) "#" else "." }
    }

/** A scene of a city with the same strength everywhere. */
fun scene(city: Tensor, transmitter: Place, given: Tensor = city): Scene =
    Scene(
        "0_0",
        transmitter,
        city,
        given,
        Tensor.of(FloatArray(city.size()) { 0.5f }, *city.shape()),
        Tensor.of(FloatArray(city.size()), *city.shape()),
    )

/** Rectangles of random places and sizes, [size]×[size]. */
fun randomCity(random: Random, size: Int, buildings: Int): Tensor {
    val boxes = List(buildings) { List(4) { random.nextInt(size) } }
    return map(size, size) { r, c ->
        boxes.any { (top, left, h, w) ->
            r in top..top + h % (size / 8 + 1) && c in left..left + w % (size / 8 + 1)
        }
    }
}
