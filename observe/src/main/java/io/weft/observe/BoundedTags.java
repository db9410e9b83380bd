package io.weft.observe;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Values of one tag, of which there are not more than so many: the rest is called other. */
final class BoundedTags {
  static final String OTHER = "other";

  private final int limit;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  BoundedTags(int limit) {
    this.limit = limit;
  }

  String of(String value) {
    if (known.contains(value)) {
      return value;
    }
    return known.size() < limit && known.add(value) ? value : OTHER;
  }
}
