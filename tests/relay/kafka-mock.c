/* librdkafka's mock cluster as a process of its own: prints the brokers'
 * addresses, then obeys lines on stdin until they end.
 *
 *   topic NAME PARTITIONS   makes a topic
 *   error API CODE N        the next N requests of this kind get this error
 *   down BROKER / up BROKER
 *
 * It answers each with "ok". Nothing is durable here. */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  char line[256], name[128], problem[512];
  int a, b, n;
  rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), problem, sizeof problem);
  if (!client) return fprintf(stderr, "%s\n", problem), 1;
  rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(client, 3);
  printf("%s\n", rd_kafka_mock_cluster_bootstraps(cluster));
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    if (sscanf(line, "topic %127s %d", name, &n) == 2)
      rd_kafka_mock_topic_create(cluster, name, n, 3);
    else if (sscanf(line, "error %d %d %d", &a, &b, &n) == 3)
      while (n-- > 0) rd_kafka_mock_push_request_errors(cluster, (int16_t)a, 1, (rd_kafka_resp_err_t)b);
    else if (sscanf(line, "down %d", &a) == 1)
      rd_kafka_mock_broker_set_down(cluster, a);
    else if (sscanf(line, "up %d", &a) == 1)
      rd_kafka_mock_broker_set_up(cluster, a);
    printf("ok\n");
    fflush(stdout);
  }
  rd_kafka_mock_cluster_destroy(cluster);
  rd_kafka_destroy(client);
  return 0;
}
