export default {
  rewrites: () => [{ source: '/v1/:path*', destination: 'http://localhost:8080/v1/:path*' }],
}
