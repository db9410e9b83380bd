package io.weft.wire.proxy;

import io.weft.term.Atom;

/**
 * Why a tunnel ended, or never came to be, and where. It is the word of the nodes between, which
 * nobody can check.
 *
 * @param kind what has happened
 * @param hop the node that has refused, or was lost
 * @param text the same in words, for people; what is not printable, or too long, is left out
 */
public record ProxyDown(Kind kind, Atom hop, String text) {

  /** The longest text, in characters. */
  public static final int MAX_TEXT = 400;

  /** What has happened. */
  public enum Kind {
    /** One of the two nodes at the ends has closed it. */
    CLOSED(0),
    /** The hop passes nothing on between these two, or has no such node. */
    REFUSED(1),
    /** The next node on the way cannot be connected with. */
    UNREACHABLE(2),
    /** The way leads back to a node that it has passed. */
    LOOP(3),
    /** The way is longer than it may be. */
    TOO_LONG(4),
    /** There are as many tunnels as there may be. */
    TOO_MANY(5),
    /** The connection with the hop was lost. */
    LOST(6);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    /** A kind that is not known is no reason to break off: a tunnel has ended. */
    static Kind of(int code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      return LOST;
    }
  }

  /** Makes the text fit for a line of a log. */
  public ProxyDown {
    text = printable(text);
  }

  private static String printable(String text) {
    String cut = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    StringBuilder printable = new StringBuilder(cut.length());
    cut.chars()
        .filter(c -> !Character.isISOControl(c) && !Character.isSurrogate((char) c))
        .forEach(c -> printable.append((char) c));
    return printable.toString();
  }

  @Override
  public String toString() {
    return hop.name() + ": " + text;
  }
}
