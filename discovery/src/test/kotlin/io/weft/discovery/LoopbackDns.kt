package io.weft.discovery

import java.net.DatagramPacket
import java.net.DatagramSocket
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.SocketException
import java.util.concurrent.CopyOnWriteArrayList
import org.xbill.DNS.Flags
import org.xbill.DNS.Message
import org.xbill.DNS.Rcode
import org.xbill.DNS.Record
import org.xbill.DNS.Section

/** A DNS server on the loopback address that knows [records], and no other names. */
class LoopbackDns : AutoCloseable {
  private val socket = DatagramSocket(0, InetAddress.getLoopbackAddress())
  val records = CopyOnWriteArrayList<Record>()
  val address = InetSocketAddress(socket.localAddress, socket.localPort)

  init {
    Thread.ofVirtual().start {
      val packet = DatagramPacket(ByteArray(4096), 4096)
      try {
        while (true) {
          socket.receive(packet)
          val answer = answer(Message(packet.data.copyOf(packet.length))).toWire()
          socket.send(DatagramPacket(answer, answer.size, packet.socketAddress))
        }
      } catch (_: SocketException) {
        // closed
      }
    }
  }

  private fun answer(query: Message): Message {
    val asked = query.question
    val answer = Message(query.header.id)
    answer.header.setFlag(Flags.QR.toInt())
    answer.addRecord(asked, Section.QUESTION)
    val named = records.filter { it.name == asked.name }
    if (named.isEmpty()) answer.header.rcode = Rcode.NXDOMAIN
    named.filter { it.type == asked.type }.forEach { answer.addRecord(it, Section.ANSWER) }
    return answer
  }

  override fun close() = socket.close()
}
