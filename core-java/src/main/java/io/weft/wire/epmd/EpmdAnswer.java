package io.weft.wire.epmd;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What EPMD answers. */
public sealed interface EpmdAnswer {

  /**
   * The answer to {@link EpmdRequest.Register}.
   *
   * @param result 0: done; else the name is taken or the request was refused; 0 to 255
   * @param creation a number for the incarnation of the node, unsigned 32 bits; a node whose
   *     highest version is 5 is told the lower 16 only
   */
  record Registered(int result, int creation) implements EpmdAnswer {

    /**
     * Checks the result.
     *
     * @throws IllegalArgumentException if it is not 0 to 255
     */
    public Registered {
      NodeEntry.requireRange("result", result, 0xff);
    }

    /** Whether the node is registered now. */
    public boolean ok() {
      return result == 0;
    }
  }

  /**
   * The answer to {@link EpmdRequest.Lookup}.
   *
   * @param node null if no such node is registered
   */
  record Port(@Nullable NodeEntry node) implements EpmdAnswer {}

  /**
   * The answer to {@link EpmdRequest.Names}.
   *
   * @param epmdPort the port at which EPMD itself listens
   */
  record Names(int epmdPort, List<Entry> entries) implements EpmdAnswer {

    /** Copies the list. */
    public Names {
      entries = List.copyOf(entries);
    }

    /**
     * A registered node.
     *
     * @param name the part before the {@code @}
     * @param port where it listens
     */
    public record Entry(String name, int port) {

      /**
       * Checks both.
       *
       * @throws IllegalArgumentException if one is not as in {@link NodeEntry}
       */
      public Entry {
        NodeEntry.requireName(name);
        NodeEntry.requireRange("port", port, 0xffff);
      }
    }
  }
}
