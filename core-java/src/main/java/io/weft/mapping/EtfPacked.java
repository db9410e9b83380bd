package io.weft.mapping;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says that a value goes as a binary that holds its term in the external format, compressed where
 * that pays: {@code @EtfPacked List<Row> rows} is what {@code term_to_binary(Rows, [{compressed,
 * 6}])} gives, and {@code binary_to_term/1} reads.
 *
 * <p>This is how something reaches an OTP node compressed: its connections compress nothing. What
 * such binaries of one message may take when they are decoded is limited for all of them together:
 * {@link TermMapping.Builder#limits}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE_USE)
public @interface EtfPacked {
  /** How much is done for size: 0, nothing, to 9. */
  int level() default 6;

  /** How many bytes the external format takes at least for it to be compressed. */
  int thresholdBytes() default 1024;
}
