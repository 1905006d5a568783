package org.rde4j.samples

import java.nio.file.Files
import java.nio.file.Path
import org.rde4j.Tensor
import org.rde4j.files.Npy

/** Small files made by make_references.py, by name relative to its folder. */
object Resources {
    fun path(name: String): Path =
        Path.of(requireNotNull(javaClass.getResource(name)) { name }.toURI())

    fun bytes(name: String): ByteArray = Files.readAllBytes(path(name))

    fun array(name: String): Tensor = Npy.read(path(name))
}
