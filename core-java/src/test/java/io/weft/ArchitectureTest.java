package io.weft;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows between the packages of the core. */
class ArchitectureTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.weft");

  @Test
  void aPackageKnowsOnlyThoseBelowIt() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("term")
        .definedBy("io.weft.term..")
        .layer("etf")
        .definedBy("io.weft.etf..")
        .layer("wire")
        .definedBy("io.weft.wire..")
        .layer("runtime")
        .definedBy("io.weft.runtime..")
        .layer("node")
        .definedBy("io.weft.node..")
        .layer("gen")
        .definedBy("io.weft.gen..")
        .whereLayer("term")
        .mayNotAccessAnyLayer()
        .whereLayer("runtime")
        .mayNotAccessAnyLayer()
        .whereLayer("etf")
        .mayOnlyAccessLayers("term")
        .whereLayer("wire")
        .mayOnlyAccessLayers("etf", "term")
        .whereLayer("node")
        .mayOnlyAccessLayers("wire", "etf", "term", "runtime")
        .whereLayer("gen")
        .mayOnlyAccessLayers("node", "term", "runtime")
        .check(CORE);
  }

  @Test
  void noPackagesDependOnEachOther() {
    slices().matching("io.weft.(**)").should().beFreeOfCycles().check(CORE);
  }
}
