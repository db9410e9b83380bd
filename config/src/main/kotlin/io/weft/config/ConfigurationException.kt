package io.weft.config

/**
 * A configuration that cannot be used. [problems] has a line for each thing that is wrong: where it
 * stands, what was found and what is allowed. Values of secrets are never shown.
 */
public class ConfigurationException internal constructor(public val problems: List<String>) :
  RuntimeException(problems.joinToString("\n"))
