package org.rde4j.samples.cli

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class BundledFileTest :
    FunSpec({
        test("networks that come with rde4j are called the same each time, so that states fit") {
            val files = List(2) { BundledFile.onnx("radio/phi.onnx.gz") }
            files.map { "${it.fileName}" } shouldBe List(2) { "phi.onnx" }
            files.map { it.parent }.distinct().size shouldBe 2
        }
    })
