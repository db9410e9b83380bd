package io.weft.wire.frame;

import io.weft.etf.EtfOutput;
import io.weft.term.Binary;
import java.util.ArrayList;
import java.util.List;

/**
 * What was written to an {@link EtfOutput}, its inserts in their places: read once, from front to
 * back. The memory of the output belongs to it from now on.
 */
final class Spliced {

  private final List<Binary> parts = new ArrayList<>();
  private int part;

  /** How much of the present part has been read. */
  private int position;

  /** The content from {@code start} on. */
  Spliced(EtfOutput out, int start) {
    int from = start;
    for (EtfOutput.Insert insert : out.inserts()) {
      parts.add(Binary.wrap(out.array(), from, insert.at() - from));
      parts.add(insert.binary());
      from = insert.at();
    }
    parts.add(Binary.wrap(out.array(), from, out.position() - from));
  }

  /**
   * Copies the next bytes to {@code target} from {@code start} up to {@code end}, or as many as
   * there are; returns where they end.
   */
  int read(byte[] target, int start, int end) {
    int at = start;
    while (at < end && part < parts.size()) {
      Binary from = parts.get(part);
      int count = Math.min(end - at, from.size() - position);
      from.copyTo(position, target, at, count);
      at += count;
      position += count;
      if (position == from.size()) {
        part++;
        position = 0;
      }
    }
    return at;
  }
}
