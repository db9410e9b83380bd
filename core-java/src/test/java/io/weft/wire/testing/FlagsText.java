package io.weft.wire.testing;

import io.weft.wire.handshake.DistFlags;
import java.util.HashMap;
import java.util.Map;

/**
 * Flags as text: {@code all} (what a published node offers), {@code hidden}, {@code mandatory},
 * {@code none} or a hexadecimal number, then any of {@code +NAME} and {@code -NAME}.
 */
public final class FlagsText {

  private static final Map<String, DistFlags> BY_NAME = new HashMap<>();

  static {
    for (int bit = 0; bit < Long.SIZE; bit++) {
      DistFlags flag = new DistFlags(1L << bit);
      BY_NAME.put(flag.names().getFirst(), flag);
    }
  }

  private FlagsText() {}

  /** The flags of that text. */
  public static DistFlags parse(String text) {
    String[] parts = text.split("(?=[+-])", -1);
    DistFlags flags =
        switch (parts[0]) {
          case "all" -> DistFlags.OFFERED_PUBLISHED;
          case "hidden" -> DistFlags.OFFERED_HIDDEN;
          case "mandatory" -> DistFlags.MANDATORY_25;
          case "none" -> DistFlags.NONE;
          default -> new DistFlags(Long.parseUnsignedLong(parts[0], 16));
        };
    for (int i = 1; i < parts.length; i++) {
      DistFlags flag = BY_NAME.get(parts[i].substring(1));
      if (flag == null) {
        throw new IllegalArgumentException("unknown flag " + parts[i]);
      }
      flags = parts[i].startsWith("+") ? flags.or(flag) : flags.without(flag);
    }
    return flags;
  }
}
