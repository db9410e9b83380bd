package io.weft.kotlin

import io.weft.kotlin.etf.AddressSerializer
import io.weft.node.Address
import kotlinx.serialization.Serializable

/**
 * An [Address] in a serializable message: the way to tell others whom to answer, watch or send to.
 *
 * ```
 * @Serializable
 * sealed interface Auction {
 *   @Serializable data class Watch(val watcher: AddressOf<Watcher>) : Auction
 * }
 * ```
 *
 * To other nodes it is a pid, `{Name, Node}` or an alias. Whoever gets the message has an address
 * that sends from the own node; nothing needs to be configured. The protocol [P] must be
 * serializable too. Without this name it is `@Contextual val watcher: Address<Watcher>`.
 */
public typealias AddressOf<P> = @Serializable(AddressSerializer::class) Address<P>
