/** The test kit in tests of JUnit 6 and later. */
@NullMarked
package io.weft.testkit.junit;

import org.jspecify.annotations.NullMarked;
