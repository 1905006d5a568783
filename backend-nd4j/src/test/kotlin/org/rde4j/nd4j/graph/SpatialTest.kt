package org.rde4j.nd4j.graph

import io.kotest.core.spec.style.FunSpec
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j

private fun INDArray.at(n: Long, y: Long, x: Long, c: Long) = getDouble(n, y, x, c)

/**
 * Calls back with every kernel entry under every position of the window that lies inside the image.
 */
private fun Window.visit(
    height: Long,
    width: Long,
    entry: (r: Long, c: Long, i: Long, j: Long, y: Long, x: Long) -> Unit,
) {
    for (r in 0 until rows(height)) for (c in 0 until columns(width)) {
        for (i in 0L until height()) for (j in 0L until width()) {
            val y = r * strideH() + i * dilationH() - top()
            val x = c * strideW() + j * dilationW() - left()
            if (y in 0 until height && x in 0 until width) entry(r, c, i, j, y, x)
        }
    }
}

private fun convolved(
    x: INDArray,
    w: INDArray,
    bias: INDArray?,
    window: Window,
    groups: Int,
): INDArray {
    val out = w.size(3)
    val inEach = w.size(2)
    val y = Nd4j.create(x.size(0), window.rows(x.size(1)), window.columns(x.size(2)), out)
    if (bias != null) y.addi(bias.reshape(1, 1, 1, out).broadcast(*y.shape()))
    for (n in 0 until x.size(0)) for (o in 0 until out) for (k in 0 until inEach) {
        val channel = o / (out / groups) * inEach + k
        window.visit(x.size(1), x.size(2)) { r, c, i, j, yy, xx ->
            y.putScalar(
                longArrayOf(n, r, c, o),
                y.at(n, r, c, o) + x.at(n, yy, xx, channel) * w.at(i, j, k, o),
            )
        }
    }
    return y
}

private fun transposed(
    x: INDArray,
    w: INDArray,
    bias: INDArray,
    window: Window,
    rows: Long,
    columns: Long,
): INDArray {
    val out = w.size(3)
    val y = Nd4j.create(x.size(0), rows, columns, out)
    y.addi(bias.reshape(1, 1, 1, out).broadcast(*y.shape()))
    for (n in 0 until x.size(0)) for (o in 0 until out) for (k in 0 until w.size(2)) {
        for (r in 0 until x.size(1)) for (c in 0 until x.size(2)) {
            for (i in 0L until w.size(0)) for (j in 0L until w.size(1)) {
                val yy = r * window.strideH() + i * window.dilationH() - window.top()
                val xx = c * window.strideW() + j * window.dilationW() - window.left()
                if (yy in 0 until rows && xx in 0 until columns) {
                    y.putScalar(
                        longArrayOf(n, yy, xx, o),
                        y.at(n, yy, xx, o) + x.at(n, r, c, k) * w.at(i, j, k, o),
                    )
                }
            }
        }
    }
    return y
}

private fun pooled(
    x: INDArray,
    window: Window,
    start: Double,
    step: (Double, Double) -> Double,
): INDArray {
    val y =
        Nd4j.create(x.size(0), window.rows(x.size(1)), window.columns(x.size(2)), x.size(3))
            .addi(start)
    for (n in 0 until x.size(0)) for (k in 0 until x.size(3)) {
        window.visit(x.size(1), x.size(2)) { r, c, _, _, yy, xx ->
            y.putScalar(longArrayOf(n, r, c, k), step(y.at(n, r, c, k), x.at(n, yy, xx, k)))
        }
    }
    return y
}

class SpatialTest :
    FunSpec({
        val windows =
            listOf(
                Window.of(1, 1),
                Window.of(1, 1).strides(2, 2),
                Window.of(3, 3),
                Window.of(3, 3).pads(1, 1, 1, 1),
                Window.of(3, 3).strides(2, 2).pads(1, 1, 1, 1),
                Window.of(3, 3).strides(2, 2).pads(0, 0, 1, 1),
                Window.of(3, 3).strides(2, 2).pads(1, 0, 0, 1),
                Window.of(2, 3).strides(1, 2).pads(2, 0, 1, 1),
                Window.of(4, 4).strides(2, 2).pads(1, 1, 1, 1),
                Window.of(2, 2).strides(3, 3),
                Window.of(3, 2).dilations(2, 3).pads(2, 1, 2, 1),
                Window.of(3, 3).strides(2, 1).dilations(1, 2).pads(1, 2, 1, 2),
                Window.of(1, 3).strides(1, 2).pads(0, 1, 0, 1),
                Window.of(5, 5).pads(2, 2, 2, 2),
            )
        val sizes = listOf(7L to 6L, 6L to 8L)

        context("convolution") {
            data class Channels(val input: Long, val output: Long, val groups: Int)
            listOf(Channels(2, 3, 1), Channels(3, 3, 3), Channels(2, 4, 2), Channels(4, 2, 2))
                .forEach { channels ->
                    windows.forEach { window ->
                        sizes.forEach { (h, w) ->
                            test("$channels, $window over $h×$w") {
                                val x = spread(1, 2, h, w, channels.input)
                                val weights =
                                    spread(
                                        2,
                                        window.height().toLong(),
                                        window.width().toLong(),
                                        channels.input / channels.groups,
                                        channels.output,
                                    )
                                val bias = spread(3, channels.output)
                                listOf(bias, null).forEach { b ->
                                    evaluate(x) {
                                            spatial()
                                                .convolution(
                                                    it,
                                                    weights,
                                                    b,
                                                    window,
                                                    channels.groups,
                                                )
                                        }
                                        .output
                                        .shouldBeNear(
                                            convolved(x, weights, b, window, channels.groups)
                                        )
                                }
                                if (h == 7L) {
                                    gradientIsRight(spread(1, 1, h, w, channels.input)) {
                                        spatial()
                                            .convolution(it, weights, bias, window, channels.groups)
                                    }
                                }
                            }
                        }
                    }
                }
        }

        context("transposed convolution") {
            windows
                .filter { maxOf(it.top(), it.bottom()) <= it.dilationH() * (it.height() - 1) }
                .forEach { window ->
                    listOf(0, 1).forEach { extra ->
                        if (extra < minOf(window.strideH(), window.strideW()) || extra == 0) {
                            test("$window, $extra extra over 4×3") {
                                val x = spread(1, 2, 4, 3, 2)
                                val weights =
                                    spread(
                                        2,
                                        window.height().toLong(),
                                        window.width().toLong(),
                                        2,
                                        3,
                                    )
                                val bias = spread(3, 3)
                                val write: Writing = {
                                    spatial()
                                        .transposedConvolution(
                                            it,
                                            weights,
                                            bias,
                                            window,
                                            extra,
                                            extra,
                                        )
                                }
                                val rows =
                                    3L * window.strideH() +
                                        window.dilationH() * (window.height() - 1) +
                                        1 +
                                        extra - window.top() - window.bottom()
                                val columns =
                                    2L * window.strideW() +
                                        window.dilationW() * (window.width() - 1) +
                                        1 +
                                        extra - window.left() - window.right()
                                evaluate(x, write = write)
                                    .output
                                    .shouldBeNear(
                                        transposed(x, weights, bias, window, rows, columns)
                                    )
                                gradientIsRight(spread(1, 1, 4, 3, 2), write = write)
                            }
                        }
                    }
                }
        }

        context("pooling") {
            val fitting =
                windows.filter { maxOf(it.top(), it.bottom()) <= it.height() / 2 } +
                    listOf(
                        Window.of(2, 2).dilations(2, 3).pads(1, 1, 1, 1),
                        Window.of(2, 2).dilations(2, 2),
                        Window.of(3, 2).dilations(2, 1).strides(2, 1).pads(1, 0, 0, 1),
                    )
            fitting.forEach { window ->
                sizes.forEach { (h, w) ->
                    val x = spread(1, 2, h, w, 3)
                    val counts =
                        pooled(Nd4j.ones(2, h, w, 3), window, 0.0) { sum, one -> sum + one }
                    val sums = pooled(x, window, 0.0) { sum, value -> sum + value }
                    test("maximum, $window over $h×$w") {
                        evaluate(x) { spatial().maxPool(it, window) }
                            .output
                            .shouldBeNear(pooled(x, window, -1e9, ::maxOf))
                        gradientIsRight(spread(1, 1, h, w, 2)) { spatial().maxPool(it, window) }
                    }
                    test("mean, padding counted, $window over $h×$w") {
                        evaluate(x) { spatial().averagePool(it, window, true) }
                            .output
                            .shouldBeNear(sums.div((window.height() * window.width()).toDouble()))
                        gradientIsRight(spread(1, 1, h, w, 2)) {
                            spatial().averagePool(it, window, true)
                        }
                    }
                    test("mean, padding not counted, $window over $h×$w") {
                        evaluate(x) { spatial().averagePool(it, window, false) }
                            .output
                            .shouldBeNear(sums.div(counts))
                        gradientIsRight(spread(1, 1, h, w, 2)) {
                            spatial().averagePool(it, window, false)
                        }
                    }
                }
            }
        }
    })
