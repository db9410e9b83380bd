package io.weft;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

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
        .layer("global")
        .definedBy("io.weft.global..", "io.weft.pg..")
        .layer("pg")
        .definedBy("io.weft.pg..")
        .layer("mapping")
        .definedBy("io.weft.mapping..")
        .layer("kernel")
        .definedBy("io.weft.kernel..")
        .layer("inspect")
        .definedBy("io.weft.inspect..")
        .layer("rpc")
        .definedBy("io.weft.rpc..")
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
        .whereLayer("global")
        .mayOnlyAccessLayers("node", "term", "runtime", "wire")
        .whereLayer("pg")
        .mayOnlyAccessLayers("node", "term", "runtime", "wire")
        .whereLayer("mapping")
        .mayOnlyAccessLayers("node", "etf", "term")
        .whereLayer("kernel")
        .mayOnlyAccessLayers("gen", "node", "term", "runtime")
        .whereLayer("inspect")
        .mayOnlyAccessLayers("gen", "node", "term", "runtime")
        .whereLayer("rpc")
        .mayOnlyAccessLayers("kernel", "gen", "node", "term", "runtime")
        .check(CORE);
  }

  /**
   * What others can cause as often as they like is written through a limiter. Excepted are lines
   * that the owner of the node asked for, or that come once in a life.
   */
  @Test
  void linesThatOthersCanCauseAreLimited() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.weft.node..",
            "io.weft.gen..",
            "io.weft.global..",
            "io.weft.kernel..",
            "io.weft.pg..",
            "io.weft.rpc..")
        .and()
        .haveSimpleNameNotEndingWith("DebugTrace")
        .and()
        .doNotHaveSimpleName("NodeStop")
        .and()
        .haveSimpleNameNotStartingWith("Application")
        .and()
        .doNotHaveSimpleName("EndOfNode")
        .should()
        .callMethodWhere(writesALine())
        .check(CORE);
  }

  private static DescribedPredicate<JavaMethodCall> writesALine() {
    return DescribedPredicate.describe(
        "writes a line that is not limited",
        call ->
            call.getTargetOwner().isAssignableTo(Logger.class)
                && Set.of("info", "warn", "error").contains(call.getName()));
  }

  @Test
  void noPackagesDependOnEachOther() {
    slices().matching("io.weft.(**)").should().beFreeOfCycles().check(CORE);
  }
}
