import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import kotlin.system.exitProcess
import org.openapitools.client.apis.BackupsApi
import org.openapitools.client.infrastructure.ApiClient
import org.openapitools.client.models.CreateBackupRequest

const val CONTENT = "content of a backup by openapi-generator's Kotlin client"

/** Does the main job with the client that openapi-generator has made. */
fun main() {
    ApiClient.accessToken = System.getenv("LOX_API_KEY")
    val backups = BackupsApi(System.getenv("LOX_URL"))

    val metadata = mapOf("generator" to "openapi-generator")
    val upload = backups.createBackup(CreateBackupRequest("kotlin", sizeBytes = CONTENT.length.toLong(), metadata = metadata))
    check(upload.status.startsWith("pending")) { upload.status }
    put(checkNotNull(upload.uploadUrl), checkNotNull(upload.uploadHeaders))

    val completed = backups.completeBackup(upload.id)
    check(completed.status.startsWith("completed")) { completed.status }
    check(backups.listBackups(limit = 100).backups.any { it.id == upload.id })
    check(backups.getBackup(upload.id).metadata == metadata)

    val download = backups.getBackupDownload(upload.id)
    check(send(HttpRequest.newBuilder(download.downloadUrl)) == CONTENT)
    check(backups.deleteBackup(upload.id).deleted)
    // The client's connection pool would delay the end of the program for minutes.
    exitProcess(0)
}

fun put(url: URI, headers: Map<String, String>) {
    val request = HttpRequest.newBuilder(url).PUT(HttpRequest.BodyPublishers.ofString(CONTENT))
    // The JDK sets Content-Length, and refuses a given one.
    headers.filterKeys { !it.equals("Content-Length", ignoreCase = true) }.forEach { (name, value) -> request.header(name, value) }
    send(request)
}

fun send(request: HttpRequest.Builder): String {
    val response = HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString())
    check(response.statusCode() == 200) { "${response.statusCode()} ${response.body()}" }
    return response.body()
}
