/**
 * The external term format: Erlang terms as bytes (the ERTS User's Guide, "External Term Format").
 *
 * <p>{@link io.weft.etf.Etf} is the short way for whole byte arrays. {@link io.weft.etf.EtfEncoder}
 * and {@link io.weft.etf.EtfDecoder} work on buffers that are reused between messages and know the
 * atom references of distribution frames.
 *
 * <p>All tags that OTP 25 decodes are decoded; encoding gives what OTP 26 and later write by
 * default (atoms in UTF-8). A decoder takes no memory for what bytes merely announce, uses no
 * native stack for depth, and stays within {@link io.weft.etf.DecodeLimits}; whatever the bytes
 * are, it gives a term or {@link io.weft.etf.EtfException}.
 */
@NullMarked
package io.weft.etf;

import org.jspecify.annotations.NullMarked;
