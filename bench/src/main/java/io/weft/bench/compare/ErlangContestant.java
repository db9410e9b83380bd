package io.weft.bench.compare;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A contestant on the Erlang of this machine: one module whose {@code main/0} is the worker.
 *
 * @param near the class beside whose resources the module's source lies
 */
public record ErlangContestant(String name, Class<?> near, String module) implements Contestant {
  @Override
  public @Nullable String missing() {
    return ErlangModule.missing(name);
  }

  /** The schedulers are as they come; only the table of processes is made to hold a million. */
  @Override
  public List<String> command(List<String> jvmFlags) throws IOException {
    String compiled = ErlangModule.compile(near, module).toString();
    return List.of("erl", "+P", "2000000", "-noshell", "-pa", compiled, "-s", module, "main");
  }
}
