package io.weft.bench;

import picocli.CommandLine.Option;

/** What all commands have. */
public final class HelpOption {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "this text")
  @SuppressWarnings("unused") // its presence is all that is asked of it
  private boolean help;
}
