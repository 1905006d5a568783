package org.rde4j.radiomap.data

import java.awt.image.BufferedImage
import java.nio.file.Files
import java.nio.file.Path
import javax.imageio.ImageIO

/** Writes a grey PNG; values from 0 to 255 by row and column. */
fun writeGrey(path: Path, rows: Int, columns: Int, grey: (Int, Int) -> Int) {
    val image = BufferedImage(columns, rows, BufferedImage.TYPE_BYTE_GRAY)
    for (r in 0 until rows) for (c in 0 until columns) image.raster.setSample(c, r, 0, grey(r, c))
    Files.createDirectories(path.parent)
    ImageIO.write(image, "png", path.toFile())
}

/**
 * A small data set, by default of 24×32 pixels: map m has buildings at columns 4 to 7 and 12 to 15
 * of rows m + 2 to m + 6; transmitter t stands at row t, column 1; the strength grows by a grey
 * level from column to column.
 */
fun writeFolder(
    folder: Path,
    maps: Int,
    transmitters: Int,
    rows: Int = 24,
    columns: Int = 32,
): RadioMapSeer {
    for (m in 0 until maps) {
        val built = { r: Int, c: Int -> r in m + 2..m + 6 && (c in 4..7 || c in 12..15) }
        writeGrey(folder.resolve("png/buildings_complete/$m.png"), rows, columns) { r, c ->
            if (built(r, c)) 255 else 0
        }
        for (t in 0 until transmitters) {
            writeGrey(folder.resolve("png/antennas/${m}_$t.png"), rows, columns) { r, c ->
                if (r == t && c == 1) 255 else 0
            }
            writeGrey(folder.resolve("gain/DPM/${m}_$t.png"), rows, columns) { r, c ->
                if (built(r, c)) 0 else 40 + 6 * c + t
            }
        }
    }
    return RadioMapSeer.open(folder)
}
