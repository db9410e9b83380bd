package io.weft.kotlin

import io.weft.kotlin.etf.Etf
import io.weft.mapping.TermMapping
import io.weft.node.Blueprint
import io.weft.node.FunctionName
import io.weft.node.Functions
import io.weft.node.Node
import io.weft.node.Request
import io.weft.node.TermCodec
import io.weft.term.Pid
import io.weft.term.Term
import java.lang.reflect.Modifier
import kotlin.reflect.KClass
import kotlinx.coroutines.CoroutineScope
import kotlinx.serialization.InternalSerializationApi
import kotlinx.serialization.KSerializer
import kotlinx.serialization.serializer

/**
 * A module of functions by which nodes call each other, `rpc` and `erpc`: each request of a
 * serializable protocol is one of its functions.
 *
 * ```
 * @Serializable
 * sealed interface Shop {
 *   @Serializable data class Price(val sku: String) : Shop, Request<Long> // shop:price/1
 * }
 * val shop = moduleOf<Shop>("shop")
 *
 * node.provide(shop) { call { q: Shop.Price -> prices.getValue(q.sku) } } // on one node
 * node.erpc("shop@host", shop, Shop.Price("tea"))                         // on another
 * ```
 *
 * As a codec it makes `{Module, Function, Arguments}` of a request. Immutable; any thread.
 */
public class FunctionModule<P : Any>
internal constructor(
  /** The name of the module. */
  public val name: String,
  internal val protocol: KClass<P>,
  private val codec: TermCodec<P>,
) : TermCodec<P> by codec {
  override fun decode(term: Term, node: Node): P = codec.decode(term, node)

  override fun decodeReply(request: P, reply: Term, node: Node): Any =
    codec.decodeReply(request, reply, node)

  override fun toString(): String = name
}

/** Returns the module called [name] whose functions are the requests of a serializable protocol. */
public inline fun <reified P : Any> moduleOf(name: String): FunctionModule<P> =
  moduleOf(name, P::class, serializer<P>())

/** As the other [moduleOf], without reified types. */
public fun <P : Any> moduleOf(
  name: String,
  protocol: KClass<P>,
  serializer: KSerializer<P>,
): FunctionModule<P> =
  FunctionModule(name, protocol, TermMapping.functions(name, codecOf(Etf, serializer)))

/** What a function knows of its call, while it runs in a process made for it. */
@WeftDsl
public interface FunctionScope : CoroutineScope {
  /** The node that runs the function. */
  public val node: Node

  /** The process that was made for the call. */
  public val pid: Pid

  /** The process that asked, as a rule one of another node. */
  public val caller: Pid

  /** The process that does input and output for this call, the caller's as a rule. */
  public val groupLeader: Pid
}

/**
 * The functions of a module whose arguments and values are terms. To fail as a function of Erlang
 * does they throw a [io.weft.node.ThrowException], an [io.weft.node.ExitException] or an
 * [io.weft.node.ErrorException]; any other failure is an error as well.
 */
@WeftDsl
public interface ModuleScope {
  /** Provides a function; it may suspend, and runs in a process of its own for each call. */
  public fun function(name: String, arity: Int, body: suspend FunctionScope.(List<Term>) -> Term)

  /**
   * Provides a function that is the life of a process, for others to spawn. [blueprint] must only
   * make it, at once.
   */
  public fun process(name: String, arity: Int, blueprint: (List<Term>) -> Blueprint<*>)
}

/** The functions of a [FunctionModule]. */
@WeftDsl
public interface RequestsScope<P : Any> : ModuleScope {
  /** The table behind [call]: prefer that, which checks the types. */
  public fun <R : Any, Q : Request<R>> handleCall(
    type: KClass<Q>,
    body: suspend FunctionScope.(Q) -> R,
  )
}

/**
 * Provides the function that requests of type [Q] are calls of: what [body] returns is its value.
 */
public inline fun <R : Any, reified Q : Request<R>> RequestsScope<in Q>.call(
  noinline body: suspend FunctionScope.(Q) -> R
): Unit = handleCall(Q::class, body)

/** As the other [call], without reified types. */
public fun <R : Any, Q : Request<R>> RequestsScope<in Q>.call(
  type: KClass<Q>,
  body: suspend FunctionScope.(Q) -> R,
): Unit = handleCall(type, body)

/**
 * Lets other nodes call functions of this one, by the names that OTP knows functions by.
 *
 * ```
 * node.provide("shop") {
 *   function("now", 0) { Terms.integer(clock.millis()) }   // rpc:call(Node, shop, now, [])
 *   process("counter", 1) { (start) -> counter(start) }    // spawn(Node, shop, counter, [5])
 * }
 * ```
 *
 * @see Functions
 */
public fun Node.provide(module: String, functions: ModuleScope.() -> Unit): Unit =
  ProvidedModule(this, module).functions()

/**
 * Lets other nodes call the functions of [module] on this one.
 *
 * @throws IllegalStateException naming the requests of a sealed protocol that have no function
 */
public fun <P : Any> Node.provide(
  module: FunctionModule<P>,
  functions: RequestsScope<P>.() -> Unit,
) {
  ProvidedRequests(this, module).apply(functions).provide()
}

/** Withdraws all functions of a module from this node; false if there were none. */
public fun Node.withdraw(module: String): Boolean =
  functions()
    .names()
    .filter { it.module().name() == module }
    .onEach { functions().withdraw(module, it.function().name(), it.arity()) }
    .isNotEmpty()

private class ProvidedModule(private val node: Node, private val module: String) : ModuleScope {
  override fun function(
    name: String,
    arity: Int,
    body: suspend FunctionScope.(List<Term>) -> Term,
  ) {
    node.functions().provide(module, name, arity) { call ->
      FunctionRun(call).value { body(call.arguments()) }
    }
  }

  override fun process(name: String, arity: Int, blueprint: (List<Term>) -> Blueprint<*>) {
    node.functions().provideProcess(module, name, arity) { blueprint(it) }
  }
}

/** Keeps what is said until it is known to be all. */
private class ProvidedRequests<P : Any>(
  private val node: Node,
  private val module: FunctionModule<P>,
) : RequestsScope<P>, ModuleScope by ProvidedModule(node, module.name) {
  private val typed = LinkedHashMap<KClass<*>, (Functions) -> Unit>()

  override fun <R : Any, Q : Request<R>> handleCall(
    type: KClass<Q>,
    body: suspend FunctionScope.(Q) -> R,
  ) {
    val names = namesOf(type)
    val provide = { functions: Functions ->
      for (name in names) {
        functions.provide(module.name, name.function().name(), name.arity(), module) { request, call
          ->
          val own = type.java.cast(request)
          FunctionRun(call).value { body(own) }
        }
      }
    }
    require(typed.put(type, provide) == null) { "${type.simpleName} has two functions" }
  }

  /** One for each number of arguments that defaults allow. */
  @OptIn(InternalSerializationApi::class)
  private fun namesOf(type: KClass<*>): List<FunctionName> {
    val descriptor = type.serializer().descriptor
    val function = Etf.tables.tagOf(descriptor).name()
    return Etf.tables.fieldCounts(descriptor).map { FunctionName.of(module.name, function, it) }
  }

  fun provide() {
    val missing = leaves(module.protocol).filter { leaf -> leaf !in typed }
    check(missing.isEmpty()) {
      "no function for ${missing.joinToString { "${it.simpleName}" }} of the module $module"
    }
    typed.values.forEach { it(node.functions()) }
  }

  private fun leaves(type: KClass<*>): List<KClass<*>> {
    val below = type.sealedSubclasses.flatMap(::leaves)
    val isLeaf = !type.java.isInterface && !Modifier.isAbstract(type.java.modifiers)
    return if (isLeaf && type != module.protocol) below + type else below
  }
}
