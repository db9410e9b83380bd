package io.weft.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.Main;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Hands over to JMH. */
@Command(
    name = "jmh",
    description = "what single operations of Weft cost, by JMH; try: jmh Etf -f 1 -wi 3 -i 5")
final class JmhCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ARG", description = "JMH's own arguments; -h lists them")
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    Main.main(arguments.toArray(String[]::new));
    return 0;
  }
}
