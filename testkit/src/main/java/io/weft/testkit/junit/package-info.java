/** The test kit in tests of JUnit 5 and later. */
@NullMarked
package io.weft.testkit.junit;

import org.jspecify.annotations.NullMarked;
