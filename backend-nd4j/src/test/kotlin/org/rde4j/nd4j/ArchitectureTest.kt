package org.rde4j.nd4j

import com.tngtech.archunit.core.importer.ClassFileImporter
import com.tngtech.archunit.core.importer.ImportOption
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan

class ArchitectureTest :
    FunSpec({
        val classes =
            ClassFileImporter()
                .withImportOption(ImportOption.DoNotIncludeTests())
                .importPackages("org.rde4j.nd4j")

        test("packages depend on each other in one direction") {
            classes.size shouldBeGreaterThan 50
            slices().matching("org.rde4j.nd4j.(*)..").should().beFreeOfCycles().check(classes)
        }

        test("graph primitives know nothing of problems, models or engines") {
            noClasses()
                .that()
                .resideInAPackage("org.rde4j.nd4j.graph")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "org.rde4j.nd4j",
                    "org.rde4j.nd4j.explain..",
                    "org.rde4j.nd4j.model..",
                    "org.rde4j.nd4j.engine..",
                    "org.rde4j.nd4j.representation..",
                )
                .check(classes)
        }
    })
