-- wrk -s pipeline.lua URL -- DEPTH: sends DEPTH requests before it waits for their answers, with a browser's usual
-- headers, and ends with the result as a line of JSON. Latency is from sending a batch to its last answer.
local batch

function init(arguments)
  local depth = tonumber(arguments[1]) or 1
  wrk.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101"
  wrk.headers["Accept"] = "*/*"
  wrk.headers["Accept-Language"] = "en"
  wrk.headers["Accept-Encoding"] = "gzip"
  wrk.headers["Connection"] = "keep-alive"
  batch = string.rep(wrk.format(), depth)
end

function request()
  return batch
end

function done(summary, latency, requests)
  local failed = summary.errors
  -- Answers below status 400 are no errors to wrk; times are in microseconds.
  io.write(string.format('{"requests": %d, "seconds": %.6f, "errors": %d, ', summary.requests, summary.duration / 1e6,
    failed.connect + failed.read + failed.write + failed.status + failed.timeout))
  io.write(string.format('"latency_us": {"p50": %d, "p90": %d, "p99": %d, "p99.9": %d, "max": %d}}\n',
    latency:percentile(50), latency:percentile(90), latency:percentile(99), latency:percentile(99.9), latency.max))
end
