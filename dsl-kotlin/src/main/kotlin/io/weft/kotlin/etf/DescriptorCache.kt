package io.weft.kotlin.etf

import java.lang.ref.ReferenceQueue
import java.lang.ref.WeakReference
import java.util.concurrent.ConcurrentHashMap
import kotlinx.serialization.descriptors.SerialDescriptor

/**
 * Remembers what [make] worked out from a descriptor, for as long as that descriptor lives.
 *
 * By identity: descriptors are equal that differ in the names and annotations of their elements.
 * What [make] returns must not hold the descriptor.
 */
internal class DescriptorCache<T : Any>(private val make: (SerialDescriptor) -> T) {
  private val known = ConcurrentHashMap<Any, T>()
  private val collected = ReferenceQueue<SerialDescriptor>()

  operator fun get(descriptor: SerialDescriptor): T =
    known[Probe(descriptor)] ?: make(descriptor).also { remember(descriptor, it) }

  private fun remember(descriptor: SerialDescriptor, value: T) {
    while (true) known.remove(collected.poll() ?: break)
    known[Key(descriptor, collected)] = value
  }

  private class Key(descriptor: SerialDescriptor, queue: ReferenceQueue<SerialDescriptor>) :
    WeakReference<SerialDescriptor>(descriptor, queue) {
    private val hash = System.identityHashCode(descriptor)

    override fun hashCode(): Int = hash

    override fun equals(other: Any?): Boolean =
      this === other || other is Key && get().let { it != null && it === other.get() }
  }

  /** Finds a [Key] without making a reference for the collector to follow. */
  private class Probe(private val descriptor: SerialDescriptor) {
    override fun hashCode(): Int = System.identityHashCode(descriptor)

    override fun equals(other: Any?): Boolean = other is Key && other.get() === descriptor
  }
}

/**
 * What was looked for in a [DescriptorCache] a moment ago, for who looks again and again. For one
 * thread, and not for long: it holds the descriptors.
 */
internal class RecentDescriptors<T : Any>(private val find: (SerialDescriptor) -> T) {
  private val descriptors = arrayOfNulls<SerialDescriptor>(SLOTS)
  private val found = arrayOfNulls<Any>(SLOTS)

  @Suppress("UNCHECKED_CAST") // only what was found is put there
  operator fun get(descriptor: SerialDescriptor): T {
    val slot = System.identityHashCode(descriptor) and SLOTS - 1
    if (descriptors[slot] !== descriptor) {
      found[slot] = find(descriptor)
      descriptors[slot] = descriptor
    }
    return found[slot] as T
  }

  private companion object {
    /** A power of two. */
    const val SLOTS = 16
  }
}
