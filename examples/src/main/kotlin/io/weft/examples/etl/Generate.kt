package io.weft.examples.etl

import java.io.BufferedWriter
import java.nio.file.Files
import java.nio.file.Path
import java.util.Random

/** Makes orders up, the same for the same seed: some with quotes and ends of lines in them. */
internal class Generate(private val seed: Long, private val rows: Long, private val bad: Double) {
  private val customers = 1_000

  fun orders(file: Path, ndjson: Boolean) =
    write(file) {
      val random = Random(seed)
      if (!ndjson) it.appendLine("id,customer,sku,quantity,price,gift,note")
      for (id in 1..rows) it.appendLine(if (ndjson) json(id, random) else csv(id, random))
    }

  fun customers(file: Path) =
    write(file) {
      val random = Random(seed)
      it.appendLine("customer,country,since")
      for (i in 0 until customers) it.appendLine("c$i,${COUNTRIES.any(random)},${1990 + i % 36}")
    }

  private fun write(file: Path, content: (BufferedWriter) -> Unit) =
    Files.newBufferedWriter(file).use(content)

  private fun csv(id: Long, random: Random): String {
    val order = Order(id, random)
    if (random.nextDouble() < bad) return "$id,this is no order"
    val note = if (order.note.any { it in ",\"\n" }) quotedCsv(order.note) else order.note
    return with(order) { "$id,$customer,$sku,$quantity,$price,$gift,$note" }
  }

  private fun json(id: Long, random: Random): String {
    val order = Order(id, random)
    if (random.nextDouble() < bad) return "{\"id\": $id, "
    val note = order.note.replace("\"", "\\\"").replace("\n", "\\n")
    return with(order) {
      """{"id":$id,"customer":"$customer","sku":"$sku","quantity":$quantity,"price":$price,"gift":$gift,"note":"$note"}"""
    }
  }

  private fun quotedCsv(text: String) = "\"" + text.replace("\"", "\"\"") + "\""

  private inner class Order(val id: Long, random: Random) {
    val customer = "c" + random.nextInt(customers + 10) // some are unknown
    val sku = SKUS.any(random)
    val quantity = 1 + random.nextInt(9)
    val price = "${random.nextInt(500)}.${10 + random.nextInt(90)}"
    val gift = random.nextInt(10) == 0
    val note = NOTES.any(random)
  }

  private companion object {
    val SKUS = listOf("tea", "coffee", "mug", "kettle", "biscuits")
    val COUNTRIES = listOf("DE", "FR", "ES", "JP", "IN", "BR")
    val NOTES =
      listOf(
        "",
        "",
        "",
        "ring twice",
        "to \"Tante Emma\", please",
        "two lines:\nthis and that",
        "für Ömür ☕",
      )

    fun <T> List<T>.any(random: Random): T = get(random.nextInt(size))
  }
}
