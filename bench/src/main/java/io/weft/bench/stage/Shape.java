package io.weft.bench.stage;

/** How stages are connected. The events are the boxed numbers from 0 on. */
public enum Shape {
  /** A producer and a consumer. */
  LINE("1-1"),

  /** A stage between them adds 1 to each event. */
  LONG_LINE("1-1-1"),

  /** A long line as a library's most convenient form has it; others than Weft have but one. */
  BUILDERS("1-1-1 builders"),

  /** Each of four consumers gets every event. */
  BROADCAST("1-4 broadcast"),

  /** Each of four consumers gets the events that leave its number when divided by four. */
  PARTITION("1-4 partition");

  private final String name;

  Shape(String name) {
    this.name = name;
  }

  /** Returns what its rows are called. */
  public String rowName() {
    return name;
  }

  /** Tells whether there is a stage in between. */
  public boolean isLong() {
    return this == LONG_LINE || this == BUILDERS;
  }

  /** Returns how many consumers there are. */
  public int consumers() {
    return this == BROADCAST || this == PARTITION ? StageRows.CONSUMERS : 1;
  }

  /** Returns how many of the events one consumer gets. */
  public int share(int events) {
    return this == PARTITION ? events / StageRows.CONSUMERS : events;
  }

  /**
   * Checks what all consumers together have counted.
   *
   * @throws IllegalStateException if an event was lost, or came twice
   */
  public void check(int events, long sum) {
    long numbers = events * (events - 1L) / 2;
    long expected =
        switch (this) {
          case LINE, PARTITION -> numbers;
          case LONG_LINE, BUILDERS -> numbers + events;
          case BROADCAST -> StageRows.CONSUMERS * numbers;
        };
    if (sum != expected) {
      throw new IllegalStateException("the events come to " + sum + ", not " + expected);
    }
  }
}
