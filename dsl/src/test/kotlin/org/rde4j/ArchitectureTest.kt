package org.rde4j

import com.tngtech.archunit.core.importer.ClassFileImporter
import com.tngtech.archunit.core.importer.ImportOption
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan

class ArchitectureTest :
    FunSpec({
        val java =
            ClassFileImporter()
                .withImportOption(ImportOption.DoNotIncludeTests())
                .importPackages("org.rde4j")

        test("the description language knows the JDK and JSpecify, nothing else") {
            java.size shouldBeGreaterThan 20
            classes()
                .that()
                .resideInAnyPackage("org.rde4j", "org.rde4j.files")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("org.rde4j", "org.rde4j.files", "java..", "org.jspecify..")
                .check(java)
        }

        test("methods have names that need no escaping in Kotlin and shadow no scope function") {
            val clumsy =
                setOf(
                    "in",
                    "is",
                    "as",
                    "when",
                    "val",
                    "fun",
                    "object",
                    "apply",
                    "let",
                    "run",
                    "also",
                    "with",
                    "use",
                    "to",
                )
            java
                .filter { it.packageName == "org.rde4j" }
                .flatMap { it.methods }
                .filter { it.name in clumsy }
                .shouldBeEmpty()
        }
    })
