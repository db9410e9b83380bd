package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where other nodes may have {@code sys:log_to_file} write: inside one directory, or nowhere. */
record SystemLogs(@Nullable Path directory) {
  /**
   * Returns the file of a name: an atom, binary or character list.
   *
   * @throws IOException if it may not be there
   */
  Path resolve(Term name) throws IOException {
    String text = textOf(name);
    if (directory == null || text == null || text.isEmpty()) {
      throw new IOException("this node lets others name no such file: " + name.abbreviate(200));
    }
    Path home = directory.toRealPath();
    Path file;
    try {
      file = home.resolve(text).normalize();
    } catch (InvalidPathException invalid) {
      throw new IOException(invalid);
    }
    Path parent = file.getParent();
    if (file.equals(home) || parent == null || !parent.toRealPath().startsWith(home)) {
      throw new IOException(file + " is not in " + home);
    }
    return file;
  }

  private static @Nullable String textOf(Term name) {
    return switch (name) {
      case Atom atom -> atom.name();
      case Binary binary -> binary.utf8();
      case ListTerm characters -> textOf(characters);
      default -> null;
    };
  }

  private static @Nullable String textOf(ListTerm characters) {
    var text = new StringBuilder();
    for (Term character : characters.elements()) {
      if (!(character instanceof IntTerm(long codePoint))
          || codePoint <= 0
          || codePoint > Character.MAX_CODE_POINT) {
        return null;
      }
      text.appendCodePoint((int) codePoint);
    }
    return text.toString();
  }
}
