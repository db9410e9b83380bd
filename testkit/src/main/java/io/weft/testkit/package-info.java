/** The seeded simulation of whole clusters: nodes, network and time on one thread. */
@NullMarked
package io.weft.testkit;

import org.jspecify.annotations.NullMarked;
