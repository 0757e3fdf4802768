import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.File;
import java.io.IOException;

/**
 * What the generator is told otherwise than the document says: Prepare openapi.yaml openapi.json. It runs on the classes
 * inside the generator's own jar.
 */
class Prepare {
  public static void main(String[] args) throws IOException {
    ObjectNode document = (ObjectNode) new ObjectMapper(new YAMLFactory()).readTree(new File(args[0]));

    // The generator makes nothing of callbacks, and its parser refuses parameters that several of them refer to as
    // duplicates. The schemas of the events stay.
    document.path("paths").forEach(path -> path.forEach(Prepare::withoutCallbacks));
    withoutCallbacks(document.path("components"));

    // A field that was left out must stay so: the generator would initialise it, and send the default.
    document.path("components").path("schemas").forEach(schema ->
        schema.path("properties").forEach(property -> ((ObjectNode) property).remove("default")));

    new ObjectMapper().writeValue(new File(args[1]), document);
  }

  private static void withoutCallbacks(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove("callbacks");
    }
  }
}
