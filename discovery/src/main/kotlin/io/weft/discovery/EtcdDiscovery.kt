package io.weft.discovery

import io.weft.dist.discovery.Discovery
import io.weft.dist.discovery.NodeLocation
import io.weft.dist.discovery.SelfNode
import io.weft.runtime.LogLimiter
import io.weft.runtime.Timers
import java.io.IOException
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.time.Duration
import java.util.Base64
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import kotlinx.coroutines.future.await
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put
import org.slf4j.LoggerFactory

/**
 * Nodes that are written down in etcd (version 3), by its JSON gateway.
 *
 * The node writes where it listens under `prefix` and its name, with a lease that it renews; one
 * that ends without a word is forgotten when its lease runs out. If etcd forgets the lease, the
 * node writes itself down again.
 *
 * @param endpoint as `http://127.0.0.1:2379`
 * @param prefix of all keys; nodes of one cluster share it
 * @param lease how long a node that has gone without a word is remembered, at least two seconds
 * @param host where others reach this node; null for the host in its name
 */
public class EtcdDiscovery
@JvmOverloads
constructor(
  endpoint: String,
  private val prefix: String = "/weft/nodes/",
  private val lease: Duration = Duration.ofSeconds(15),
  private val host: String? = null,
) : Discovery {
  private val base = URI.create(endpoint.removeSuffix("/"))
  private val http = HttpClient.newBuilder().connectTimeout(LIMIT).build()
  private var keeping: Keeping? = null

  init {
    require(lease >= SHORTEST_LEASE) { "a lease is at least $SHORTEST_LEASE, not $lease" }
  }

  override suspend fun open(self: SelfNode) {
    val place = NodeLocation(host ?: self.name.substringAfter('@'), self.port)
    val made = Keeping(self, place)
    made.write().await()
    made.renewLater()
    synchronized(this) { keeping = made }
  }

  override suspend fun locate(node: String): NodeLocation? =
    range(prefix + node, prefix = false)[prefix + node]?.let(::parse)

  override suspend fun nodes(): Set<String> =
    range(prefix, prefix = true).keys.mapTo(LinkedHashSet()) { it.removePrefix(prefix) }

  private suspend fun range(key: String, prefix: Boolean): Map<String, String> {
    val answer =
      post(
          "kv/range",
          buildJsonObject {
            put("key", encode(key))
            if (prefix) put("range_end", encode(after(key)))
          },
        )
        .await()
    return answer["kvs"]
      ?.jsonArray
      .orEmpty()
      .map { it.jsonObject }
      .associate {
        decode(it.text("key")) to decode(it.text("value"))
      }
  }

  /** The least key that is greater than all that begin so. */
  private fun after(key: String) = key.dropLast(1) + (key.last() + 1)

  private fun parse(place: String): NodeLocation? {
    val port = place.substringAfterLast(':').toIntOrNull() ?: return null
    return NodeLocation(place.substringBeforeLast(':').removeSurrounding("[", "]"), port)
  }

  private fun post(path: String, body: JsonObject): CompletableFuture<JsonObject> {
    val request =
      HttpRequest.newBuilder(base.resolve("/v3/$path"))
        .timeout(LIMIT)
        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
        .build()
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).handle { answer, failure ->
      if (failure != null) throw CompletionException(told("$failure"))
      if (answer.statusCode() != OK) throw CompletionException(told(answer.body()))
      try {
        Json.parseToJsonElement(answer.body()).jsonObject
      } catch (malformed: SerializationException) {
        throw CompletionException(told("no JSON: ${malformed.message}"))
      } catch (malformed: IllegalArgumentException) {
        throw CompletionException(told("no answer of it: ${malformed.message}"))
      }
    }
  }

  private fun told(what: String) = IOException("etcd at $base: ${what.take(MOST_TOLD).trim()}")

  override fun close() {
    synchronized(this) { keeping.also { keeping = null } }?.end()
    http.shutdown()
  }

  override fun toString(): String = "etcd at $base"

  /** Keeps the node written down. */
  private inner class Keeping(private val self: SelfNode, private val place: NodeLocation) {
    private val log =
      LogLimiter(LoggerFactory.getLogger(EtcdDiscovery::class.java), self.seams.clock)
    private var leaseId = "0"
    private var timer: Timers.Timer? = null
    private var ended = false

    fun write(): CompletableFuture<JsonObject> =
      post("lease/grant", buildJsonObject { put("TTL", lease.toSeconds()) }).thenCompose { granted
        ->
        val id = granted.text("ID")
        synchronized(this) { leaseId = id }
        post(
          "kv/put",
          buildJsonObject {
            put("key", encode(prefix + self.name))
            put("value", encode(place.toString()))
            put("lease", id)
          },
        )
      }

    @Synchronized
    fun renewLater() {
      if (!ended) timer = self.seams.timers.after(lease.dividedBy(RENEWALS), ::renew)
    }

    private fun renew() {
      val id = synchronized(this) { leaseId }
      post("lease/keepalive", buildJsonObject { put("ID", id) })
        .thenCompose { answer ->
          val left = answer["result"]?.jsonObject?.get("TTL")?.jsonPrimitive?.content ?: "0"
          if (left == "0") write() else CompletableFuture.completedFuture(answer)
        }
        .whenComplete { _, failure ->
          if (failure != null)
            log.warn("{} is not kept in etcd: {}", self.name, (failure.cause ?: failure).message)
          renewLater()
        }
    }

    fun end() {
      val id =
        synchronized(this) {
          ended = true
          timer?.cancel()
          leaseId
        }
      post("lease/revoke", buildJsonObject { put("ID", id) })
        .exceptionally { JsonObject(emptyMap()) }
        .join()
    }
  }

  private companion object {
    const val OK = 200
    const val MOST_TOLD = 300
    const val RENEWALS = 3L
    val LIMIT: Duration = Duration.ofSeconds(5)
    val SHORTEST_LEASE: Duration = Duration.ofSeconds(2)

    fun encode(text: String): String = Base64.getEncoder().encodeToString(text.encodeToByteArray())

    fun decode(base64: String): String = Base64.getDecoder().decode(base64).decodeToString()

    fun JsonObject.text(key: String): String = (get(key) as? JsonPrimitive)?.content.orEmpty()
  }
}
