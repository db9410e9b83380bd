package io.weft.wire.frame;

import io.weft.term.Atom;
import io.weft.wire.internal.WireInput;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The messages that have arrived in part, by the number of their sequence. */
final class Reassembly {

  private final FrameLimits limits;
  private final Map<Long, IncomingSequence> open = new HashMap<>();

  /** What the open sequences take, in bytes. */
  private long memory;

  Reassembly(FrameLimits limits) {
    this.limits = limits;
  }

  /** Takes the first of {@code fragments} fragments, at least two. */
  void first(long sequence, long fragments, List<Atom> atoms, WireInput in) {
    if (open.size() >= limits.maxOpenSequences()) {
      throw in.error("more than " + limits.maxOpenSequences() + " incomplete messages");
    }
    IncomingSequence message = new IncomingSequence(atoms, fragments);
    open.put(sequence, message);
    memory += message.memory();
    append(message, in);
  }

  /**
   * Takes a further fragment of a message.
   *
   * @return the message if it is complete now, else null
   */
  @Nullable IncomingSequence next(long sequence, long fragment, WireInput in) {
    IncomingSequence message = open.get(sequence);
    if (message == null) {
      throw in.error("sequence %s has no start".formatted(Long.toUnsignedString(sequence)));
    }
    if (fragment != message.next()) {
      throw in.error(
          "fragment %s of sequence %s, not %s"
              .formatted(
                  Long.toUnsignedString(fragment),
                  Long.toUnsignedString(sequence),
                  Long.toUnsignedString(message.next())));
    }
    append(message, in);
    if (message.next() != 0) {
      return null;
    }
    open.remove(sequence);
    memory -= message.memory();
    return message;
  }

  boolean isOpen(long sequence) {
    return open.containsKey(sequence);
  }

  private void append(IncomingSequence message, WireInput in) {
    ByteBuffer fragment = in.rest();
    long room = limits.maxFragmentBytes() - memory;
    long largest = message.capacity() + room;
    if (message.size() + (long) fragment.remaining() > largest) {
      throw in.error(
          "incomplete messages of more than %d bytes".formatted(limits.maxFragmentBytes()));
    }
    int capacity = (int) Math.min(message.capacityFor(fragment.remaining()), largest);
    memory += capacity - message.capacity();
    message.append(fragment, capacity);
  }
}
