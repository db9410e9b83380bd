package io.weft.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Term;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records of other modules. */
class MappingAccessTest {
  private @TempDir Path dir;
  private ModuleLayer layer = ModuleLayer.boot();

  /** A module that exports one package, opens another, and keeps a third for itself. */
  @BeforeEach
  void makeModule() throws IOException {
    write("module-info.java", "module shop { exports shop.api; opens shop.opened; }");
    write(
        "shop/api/Api.java",
        "package shop.api; public class Api {"
            + " public static java.lang.invoke.MethodHandles.Lookup lookup() {"
            + " return java.lang.invoke.MethodHandles.lookup(); }"
            + " public record Shown(int x) {} record Hidden(int x) {} }");
    write("shop/opened/Opened.java", "package shop.opened; record Opened(int x) {}");
    write("shop/inner/Inner.java", "package shop.inner; public record Inner(int x) {}");
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    Path out = dir.resolve("out");
    int result =
        javac.run(
            System.out,
            System.err,
            "-d",
            out.toString(),
            dir.resolve("module-info.java").toString(),
            dir.resolve("shop/api/Api.java").toString(),
            dir.resolve("shop/opened/Opened.java").toString(),
            dir.resolve("shop/inner/Inner.java").toString());
    assertEquals(0, result);
    Configuration resolved =
        layer.configuration().resolve(ModuleFinder.of(out), ModuleFinder.of(), Set.of("shop"));
    layer = layer.defineModulesWithOneLoader(resolved, ClassLoader.getSystemClassLoader());
  }

  private void write(String file, String source) throws IOException {
    Path path = dir.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, source);
  }

  private Class<?> type(String name) throws ClassNotFoundException {
    return layer.findLoader("shop").loadClass(name);
  }

  private static <T> void works(TermMapping mapping, Class<T> type) {
    TermForm<T> form = mapping.form(type);
    Term term = Term.parse("#{x => 5}");
    assertEquals(term, form.toTerm(form.fromTerm(term)));
  }

  @Test
  void thatAreExportedOrOpenAreReachedAsTheyAre() throws ReflectiveOperationException {
    for (String name : List.of("shop.api.Api$Shown", "shop.opened.Opened")) {
      works(TermMapping.standard(), type(name));
    }
  }

  @Test
  void thatAreClosedAreReachedByALookupOfTheirModule() throws ReflectiveOperationException {
    var lookup = (MethodHandles.Lookup) type("shop.api.Api").getMethod("lookup").invoke(null);
    for (String name : List.of("shop.inner.Inner", "shop.api.Api$Hidden")) {
      Class<?> closed = type(name);
      var refusal =
          assertThrows(IllegalArgumentException.class, () -> TermMapping.standard().form(closed));
      assertTrue(
          String.valueOf(refusal.getMessage())
              .contains(
                  "cannot be reached: have module shop open " + closed.getPackageName() + " to "),
          refusal.getMessage());
      works(TermMapping.builder().lookup(lookup).build(), closed);
    }
  }
}
