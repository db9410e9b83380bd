package io.weft.testkit.simulation

import io.weft.kotlin.call
import io.weft.kotlin.codecOf
import io.weft.kotlin.server
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.Request
import io.weft.testkit.history.Applied
import io.weft.testkit.history.SequentialModel
import kotlin.time.Duration.Companion.seconds
import kotlinx.serialization.Serializable

@Serializable
sealed interface Store {
  @Serializable data class Get(val key: String) : Store, Request<Int>

  @Serializable data class Put(val key: String, val value: Int) : Store, Request<Int>

  /** Puts a value in place of the one that is told, or does nothing: whether it did. */
  @Serializable
  data class Swap(val key: String, val from: Int, val to: Int) : Store, Request<Boolean>
}

/** Keeps numbers in a file, one line for each that was put. What is answered is on disk. */
fun store(member: Member, durable: Boolean): Blueprint<Store> =
  server<Store>("store") {
      val file = member.disk.file("numbers")
      val numbers = HashMap<String, Int>()
      val lines = String(file.read(), Charsets.US_ASCII).substringBeforeLast('\n', "")
      for (line in lines.lines().filter { '=' in it }) {
        val value = line.substringAfter('=').removeSuffix(";").toIntOrNull() ?: continue
        if (line.endsWith(';')) numbers[line.substringBefore('=')] = value
      }
      file.truncate(0)
      for ((key, value) in numbers) file.append("$key=$value;\n".toByteArray())
      file.sync()

      fun put(key: String, value: Int): Int {
        numbers[key] = value
        file.append("$key=$value;\n".toByteArray())
        if (durable) file.sync()
        return value
      }

      call { get: Store.Get -> numbers[get.key] ?: 0 }
      call { put: Store.Put -> put(put.key, put.value) }
      call { swap: Store.Swap ->
        ((numbers[swap.key] ?: 0) == swap.from).also { if (it) put(swap.key, swap.to) }
      }
    }
    .named("store")

/** Adds to the number of a key, and reads it with nothing. */
data class Add(val key: String, val by: Int) {
  override fun toString() = "add $by to $key"
}

/** What comes of additions that follow each other. */
object Sums : SequentialModel<Int, Add, Int> {
  override fun initial() = 0

  override fun apply(state: Int, operation: Add) =
    Applied(state + operation.by, state + operation.by)

  override fun key(operation: Add) = operation.key
}

/** Adds by reading and writing, as if nobody else did: what comes between is lost. */
suspend fun Address<Store>.addCarelessly(add: Add): Int {
  val before = call(Store.Get(add.key), 1.seconds)
  return call(Store.Put(add.key, before + add.by), 1.seconds)
}

/** Adds in place of what was read, and reads again if it was not that any more. */
suspend fun Address<Store>.addCarefully(add: Add): Int {
  while (true) {
    val before = call(Store.Get(add.key), 1.seconds)
    val after = before + add.by
    if (call(Store.Swap(add.key, before, after), 1.seconds)) return after
  }
}

/** Clients on three nodes add to the numbers of a store on the first, which may crash. */
fun ScenarioScope.additions(durable: Boolean, add: suspend Address<Store>.(Add) -> Int) {
  val sums = linearizable("the sums", Sums)
  cluster(3) { start { if (number == 1) spawn(store(this, durable)) } }
  faults { random(FaultKind.RESET, FaultKind.CRASH, FaultKind.POWER_OFF, FaultKind.PARTITION) }
  workload(clients = 3, steps = 12) {
    val store = member.node.address("store", member.names.first(), codecOf<Store>())
    val addition = Add("ab"[random.nextInt(2)].toString(), random.nextInt(4))
    sums.record(addition) { store.add(addition) }
  }
}
