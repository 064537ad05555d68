// What a record of an audit trail costs: to the worker that puts it down, to the thread that links, signs and writes
// it, and to whoever verifies it. Prints the fastest of several rounds, on one core: `audit_records [ROUNDS]`.
#include <stdlib.h>

#include <algorithm>
#include <candela/audit/trail.hpp>
#include <candela/audit/verifier.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

using namespace candela;

namespace {

constexpr std::size_t records = 5000;  // they fit the queue

void require(bool truth, const char* what) {
  if (truth) return;
  std::fprintf(stderr, "audit_records: %s\n", what);
  std::exit(1);
}

double nanoseconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count() / records;
}

// As much as a request behind `jwt_verify` and two services has to say.
audit::record example() {
  static constexpr audit::hop via[] = {
      {"spiffe://shop.example/shop", "spiffe://shop.example/cart", "POST /v1/items"},
      {"spiffe://shop.example/cart", "spiffe://shop.example/pay", "POST /v1/payments"}};
  audit::record made;
  made.at = audit::now();
  made.service = "spiffe://shop.example/pay";
  made.id = "f81d4fae7dec11d0a76500a0c91e6bf6";
  made.txn = "cN2bGcCMzxrYnC4t9oWj1Q";
  made.user = "248289761001";
  made.issuer = "https://issuer.example";
  made.client = "s6BhdRkqt3";
  made.by = "chain";
  made.via = via;
  made.peer = "192.0.2.17";
  made.method = "POST";
  made.target = "/v1/payments";
  made.route = "/v1/payments";
  made.status = 201;
  made.duration = std::chrono::microseconds(812);
  made.bytes_in = 311;
  made.bytes_out = 402;
  return made;
}

struct costs {
  double put = 1e12;
  double written = 1e12;
  double verified = 1e12;
  double line_bytes = 0;
};

class folder {
 public:
  folder() : path_((std::filesystem::temp_directory_path() / "candela-audit-XXXXXX").string()) {
    require(::mkdtemp(path_.data()) != nullptr, "no folder can be made");
  }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  ~folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

void run_round(const jose::key& key, costs& best) {
  const folder place;
  audit::trail_options options;
  options.stream = "bench";
  options.sync = audit::sync_policy::never;
  options.queue_bytes = std::size_t{16} << 20;
  const audit::record what = example();
  {
    audit::trail trail(options, key, audit::make_file_sink(place.path()));
    audit::recorder& into = trail.recorder_of(nullptr);
    auto begin = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i != records; ++i) {
      require(into.admit(), "the queue is full");
      into.put(what);
    }
    best.put = std::min(best.put, nanoseconds_since(begin));
    require(trail.flush(), "the trail cannot be written");
    best.written = std::min(best.written, nanoseconds_since(begin));
  }
  const std::filesystem::path places[] = {place.path()};
  const auto streams = audit::find_streams(places);
  const audit::signer signs(key);
  best.line_bytes = static_cast<double>(std::filesystem::file_size(streams.at(0).files.at(0))) / records;
  const auto begin = std::chrono::steady_clock::now();
  require(audit::verify_files(streams[0], &signs.verifiers()).has_value(), "the trail does not hold");
  best.verified = std::min(best.verified, nanoseconds_since(begin));
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 20;
  const jose::key key = jose::key::generate(jose::curve::p256).value();
  costs best;
  for (int i = 0; i != rounds; ++i) run_round(key, best);
  std::printf("%-52s %8.0f bytes\n", "a line, checkpoints shared out", best.line_bytes);
  std::printf("%-52s %8.0f ns\n", "on the worker: admitted, composed, queued", best.put);
  std::printf("%-52s %8.0f ns\n", "until written, linked and signed, both threads", best.written);
  std::printf("%-52s %8.0f ns\n", "verified", best.verified);
  return 0;
}
