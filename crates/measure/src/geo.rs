//! Geography on a sphere.

/// Mean Earth radius in km (IUGG 1980, R1).
const EARTH_RADIUS_KM: f64 = 6371.0088;

/// Great-circle distance in km between two points in degrees (haversine formula).
#[must_use]
pub fn haversine_km(lat_a: f64, lon_a: f64, lat_b: f64, lon_b: f64) -> f64 {
    let (phi_a, phi_b) = (lat_a.to_radians(), lat_b.to_radians());
    let d_phi = (lat_b - lat_a).to_radians() / 2.0;
    let d_lambda = (lon_b - lon_a).to_radians() / 2.0;
    let h = d_phi.sin().powi(2) + phi_a.cos() * phi_b.cos() * d_lambda.sin().powi(2);
    2.0 * EARTH_RADIUS_KM * h.clamp(0.0, 1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::haversine_km;

    #[test]
    fn known_distances() {
        assert!(haversine_km(10.0, 20.0, 10.0, 20.0).abs() < 1e-9);
        // A quarter of a great circle.
        assert!((haversine_km(0.0, 0.0, 0.0, 90.0) - 10007.557).abs() < 0.01);
        // Paris to New York, about 5,837 km.
        assert!((haversine_km(48.8566, 2.3522, 40.7128, -74.0060) - 5837.0).abs() < 5.0);
    }
}
