"""In the place of the model registry: files of versions in the object store, what is known of them in Postgres."""

import os

import boto3
import psycopg2
import uvicorn
from botocore.exceptions import ClientError
from fastapi import FastAPI, Form, HTTPException, Response, UploadFile

env = os.environ
app = FastAPI()
bucket = env["MODEL_BUCKET"]
store = boto3.client(
    "s3",
    endpoint_url=f"{'https' if env['MINIO_SECURE'] == 'true' else 'http'}://{env['MINIO_ENDPOINT']}",
    aws_access_key_id=env["MINIO_ACCESS_KEY"],
    aws_secret_access_key=env["MINIO_SECRET_KEY"],
    region_name="us-east-1",
)


def query(statement, *values):
    connection = psycopg2.connect(env["DATABASE_URL"])
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@app.get("/health")
def health():
    return {"status": "healthy"}


@app.post("/models/{name}/versions")
def add_version(name: str, file: UploadFile, description: str = Form("")):
    # One transaction: two replicas that add at once must not choose the same number.
    [(version,)] = query(
        """LOCK TABLE model_versions; INSERT INTO model_versions
           SELECT %s, coalesce(max(version), 0) + 1, %s, %s FROM model_versions WHERE name = %s RETURNING version""",
        name, file.filename, description, name,
    )
    store.put_object(Bucket=bucket, Key=f"{name}/v{version}/{file.filename}", Body=file.file.read())
    return {"name": name, "version": version}


@app.get("/models/{name}/versions")
def versions(name: str):
    rows = query("SELECT version, description FROM model_versions WHERE name = %s ORDER BY version", name)
    return [{"version": version, "description": description} for version, description in rows]


@app.get("/models/{name}/versions/{version}")
def content(name: str, version: int):
    rows = query("SELECT file FROM model_versions WHERE name = %s AND version = %s", name, version)
    try:
        return Response(store.get_object(Bucket=bucket, Key=f"{name}/v{version}/{rows[0][0]}")["Body"].read())
    except (IndexError, ClientError) as error:
        raise HTTPException(404, f"{name} has no version {version}") from error


query("""SELECT pg_advisory_xact_lock(1); CREATE TABLE IF NOT EXISTS model_versions
         (name text, version int, file text, description text, PRIMARY KEY (name, version))""")
uvicorn.run(app, host=env["API_HOST"], port=int(env["API_PORT"]), log_level=env["LOG_LEVEL"].lower())
