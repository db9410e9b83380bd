package io.weft.kotlin

/**
 * Marks the receivers of the DSL, so that a block of one never reaches into another by accident.
 */
@DslMarker @Target(AnnotationTarget.CLASS, AnnotationTarget.TYPE) public annotation class WeftDsl
